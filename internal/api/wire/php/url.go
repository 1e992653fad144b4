package php

import (
	"net/netip"
	"regexp"
	"strings"
)

// URL says whether Laravel's url rule accepts s: a scheme that IANA lists (or is in wide use), "://", optional user and
// password, a host name, IPv4 or bracketed IPv6 address, optional port, path, query and fragment. It does not say that
// the address may be called: whoever calls it checks that.
func URL(s string) bool {
	scheme, rest, found := strings.Cut(s, "://")
	if !found || !urlSchemes[strings.ToLower(scheme)] {
		return false
	}
	if i := strings.IndexByte(rest, '['); i >= 0 {
		if j := strings.IndexByte(rest[i:], ']'); j > 0 {
			address, err := netip.ParseAddr(rest[i+1 : i+j])
			if err == nil && address.Is6() && address.Zone() == "" && (i == 0 || urlUser.MatchString(rest[:i])) {
				return urlTail.MatchString(rest[i+j+1:])
			}
		}
	}
	return urlRest.MatchString(rest)
}

// The parts of an URL behind the scheme. Letters and digits are those of every script, as in the original.
const (
	urlUserPart = `(?:(?:[_.\pL\pN-]|%[0-9A-Fa-f]{2})+:)?(?:[_.\pL\pN-]|%[0-9A-Fa-f]{2})+@`
	urlHostPart = `[\pL\pN\pS_.-]+(?:[\pL\pN]|(?i:xn--)[\pL\pN-]+)\.?|[0-9]{1,3}(?:\.[0-9]{1,3}){3}`
	urlMark     = `\pL\pN\-._~!$&'()*+,;=:@`
	urlTailPart = `(?::[0-9]+)?(?:/(?:[` + urlMark + `]|%[0-9A-Fa-f]{2})*)*` +
		`(?:\?(?:[` + urlMark + `\[\]/?]|%[0-9A-Fa-f]{2})*)?(?:#(?:[` + urlMark + `/?]|%[0-9A-Fa-f]{2})*)?`
)

var (
	urlUser = regexp.MustCompile(`^` + urlUserPart + `$`)
	urlTail = regexp.MustCompile(`^` + urlTailPart + `$`)
	urlRest = regexp.MustCompile(`^(?:` + urlUserPart + `)?(?:` + urlHostPart + `)` + urlTailPart + `$`)
)

// urlSchemes are the names of IANA's registry of URI schemes, and the few unregistered ones, that Laravel knows.
var urlSchemes = func() map[string]bool {
	known := make(map[string]bool)
	for name := range strings.FieldsSeq(urlSchemeNames) {
		known[name] = true
	}
	return known
}()

const urlSchemeNames = `
aaa aaas about acap acct acd acr adiumxtra adt afp afs aim amss android appdata apt ark attachment aw barion beshare
bitcoin bitcoincash blob bolo browserext calculator callto cap cast casts chrome chrome-extension cid coap coap+tcp
coap+ws coaps coaps+tcp coaps+ws com-eventbrite-attendee content conti crid cvs dab data dav diaspora dict did dis
dlna-playcontainer dlna-playsingle dns dntp dpp drm drop dtn dvb ed2k elsi example facetime fax feed feedready file
filesystem finger first-run-pen-experience fish fm ftp fuchsia-pkg geo gg git gizmoproject go gopher graph gtalk
h323 ham hcap hcp http https hxxp hxxps hydrazone iax icap icon im imap info iotdisco ipn ipp ipps irc irc6 ircs
iris iris.beep iris.lwz iris.xpc iris.xpcs isostore itms jabber jar jms keyparc lastfm ldap ldaps leaptofrogans
lorawan lvlt magnet mailserver mailto maps market message mid mms modem mongodb moz ms-access ms-browser-extension
ms-calculator ms-drive-to ms-enrollment ms-excel ms-eyecontrolspeech ms-gamebarservices ms-gamingoverlay
ms-getoffice ms-help ms-infopath ms-inputapp ms-lockscreencomponent-config ms-media-stream-id ms-mixedrealitycapture
ms-mobileplans ms-officeapp ms-people ms-project ms-powerpoint ms-publisher ms-restoretabcompanion ms-screenclip
ms-screensketch ms-search ms-search-repair ms-secondary-screen-controller ms-secondary-screen-setup ms-settings
ms-settings-airplanemode ms-settings-bluetooth ms-settings-camera ms-settings-cellular ms-settings-cloudstorage
ms-settings-connectabledevices ms-settings-displays-topology ms-settings-emailandaccounts ms-settings-language
ms-settings-location ms-settings-lock ms-settings-nfctransactions ms-settings-notifications ms-settings-power
ms-settings-privacy ms-settings-proximity ms-settings-screenrotation ms-settings-wifi ms-settings-workplace ms-spd
ms-sttoverlay ms-transit-to ms-useractivityset ms-virtualtouchpad ms-visio ms-walk-to ms-whiteboard
ms-whiteboard-cmd ms-word msnim msrp msrps mss mtqp mumble mupdate mvn news nfs ni nih nntp notes ocf oid onenote
onenote-cmd opaquelocktoken openpgp4fpr pack palm paparazzi payto pkcs11 platform pop pres prospero proxy pwid psyc
pttp qb query redis rediss reload res resource rmi rsync rtmfp rtmp rtsp rtsps rtspu s3 secondlife service session
sftp sgn shttp sieve simpleledger sip sips skype smb sms smtp snews snmp soap.beep soap.beeps soldat spiffe spotify
ssh steam stun stuns submit svn tag teamspeak tel teliaeid telnet tftp tg things thismessage tip tn3270 tool
ts3server turn turns tv udp unreal urn ut2004 v-event vemmi ventrilo videotex vnc view-source wais webcal wpid ws
wss wtai wyciwyg xcon xcon-userid xfire xmlrpc.beep xmlrpc.beeps xmpp xri ymsgr z39.50 z39.50r z39.50s`
